"""bumble's controller and link as a radio does it, where 0.0.236 does not.

Each class says what it mends. Whatever a test proves about connects, scans and addresses rests on this.
"""

import asyncio
import dataclasses

from bumble import hci, ll
from bumble.controller import Controller
from bumble.link import LocalLink

SUPERVISION_TIMEOUT = 0x08
UNKNOWN_CONNECTION = 0x02
ADV_IND = 0x00
SCAN_RSP = 0x04
# A controller with data length extension passes on so much of a packet at once.
ACL_BYTES = 251


@dataclasses.dataclass
class Seen(ll.AdvertisingPdu):
    """An advertisement with its scan response and the signal at this receiver; bumble repeats the one as the other."""

    sender: Controller
    advertiser_address: hci.Address
    data: bytes
    scan_response: bytes
    rssi: int


class Air(LocalLink):
    """Only who listens hears an advertisement; what is sent by another address is not sent to this one."""

    def send_advertising_pdu(self, sender_controller, packet):
        if not isinstance(packet, ll.AdvInd):
            super().send_advertising_pdu(sender_controller, packet)
            return
        for adapter in self.controllers:
            if not isinstance(adapter, Adapter) or not adapter.listens(packet.advertiser_address):
                continue
            rssi = sender_controller.rssi_at(adapter)
            if rssi is None:
                continue
            response = sender_controller.le_legacy_advertiser.scan_response_data
            adapter.on_seen(Seen(sender_controller, packet.advertiser_address, packet.data, response, rssi))


class Adapter(Controller):
    """A controller for noble: filters duplicates, cancels connects, resets, and takes no pen that another one has."""

    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    le_acl_data_packet_length = ACL_BYTES
    acl_data_packet_length = ACL_BYTES

    def __init__(self, number, link):
        address = hci.Address(f"00:1A:7D:00:00:{number:02X}", hci.Address.PUBLIC_DEVICE_ADDRESS)
        super().__init__(f"hci{number}", link=link, public_address=address)
        # LocalLink finds and names LE links by the random address.
        self.random_address = address
        self.number = number
        self.reported = set()

    def on_packet(self, packet):
        # Without the text of each packet that bumble makes for a log that nobody reads.
        parsed = hci.HCI_Packet.from_bytes(packet)
        if isinstance(parsed, hci.HCI_AclDataPacket):
            self.on_hci_acl_data_packet(parsed)
        else:
            self.on_hci_command_packet(parsed)

    def send_hci_packet(self, packet):
        if self.hci_sink is not None:
            self.hci_sink.on_packet(bytes(packet))

    def listens(self, address):
        pending = self.pending_le_connection
        return self.le_scan_enable or (pending is not None and pending.peer_address == address)

    def on_seen(self, seen):
        if self.le_scan_enable:
            for kind, data in ((ADV_IND, seen.data), (SCAN_RSP, seen.scan_response)):
                key = (seen.advertiser_address, kind, bytes(data))
                if self.filter_duplicates and key in self.reported:
                    continue
                self.reported.add(key)
                report = hci.HCI_LE_Advertising_Report_Event.Report(
                    event_type=kind,
                    address_type=seen.advertiser_address.address_type,
                    address=seen.advertiser_address,
                    data=data,
                    rssi=seen.rssi,
                )
                self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))
        pending = self.pending_le_connection
        if pending is None or pending.peer_address != seen.advertiser_address:
            return
        if seen.sender.take(self):
            self.create_le_connection(seen.advertiser_address)

    def on_hci_le_set_scan_enable_command(self, command):
        self.reported.clear()
        return super().on_hci_le_set_scan_enable_command(command)

    def on_hci_le_create_connection_cancel_command(self, _command):
        pending = self.pending_le_connection
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        event = hci.HCI_LE_Connection_Complete_Event(
            status=UNKNOWN_CONNECTION,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, event)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_reset_command(self, command):
        self.end_links()
        return super().on_hci_reset_command(command)

    def end_links(self):
        """Nobody is told here; each peer finds out by the silence."""
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(ll.TerminateInd(SUPERVISION_TIMEOUT))
        self.le_connections.clear()
        self.pending_le_connection = None
        self.le_scan_enable = False

    def on_link_acl_data(self, sender_address, transport, data):
        connection = self.le_connections.get(sender_address)
        if connection is None:
            return
        for at in range(0, len(data), ACL_BYTES):
            piece = data[at : at + ACL_BYTES]
            flag = 2 if at == 0 else 1
            self.send_hci_packet(hci.HCI_AclDataPacket(connection.handle, flag, 0, len(piece), piece))


class PenController(Controller):
    """The radio of a pen: one central at a time, and none that it did not agree with."""

    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    le_acl_data_packet_length = ACL_BYTES
    acl_data_packet_length = ACL_BYTES

    def __init__(self, name, link, signals):
        super().__init__(name, link=link, public_address=hci.Address("F0:F0:F0:F0:F0:F0"))
        # dBm by the adapter's number; absent: not heard there.
        self.signals = signals
        self.deaf = False
        self.taken_by = None

    def rssi_at(self, adapter):
        return self.signals.get(adapter.number)

    def take(self, adapter):
        if self.deaf or self.taken_by is not None or not self.le_legacy_advertiser.enabled:
            return False
        self.taken_by = adapter
        return True

    def on_le_connect_ind(self, packet):
        if self.taken_by is not None and packet.initiator_address == self.taken_by.public_address:
            super().on_le_connect_ind(packet)

    def on_le_disconnected(self, connection, reason):
        super().on_le_disconnected(connection, reason)
        self.taken_by = None

    def send_hci_packet(self, packet):
        if self.hci_sink is not None:
            asyncio.get_running_loop().call_soon(self.hci_sink.on_packet, bytes(packet))
