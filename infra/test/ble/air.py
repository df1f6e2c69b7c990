"""The air of a classroom: adapters for noble, and pens of which only the GATT is here.

Arguments: number of adapters. Two ports of 127.0.0.1 are printed as one JSON line. The first takes the HCI of one adapter
a connection (one byte: its number, then H4 packets), the second one connection of the test: a JSON object a line, both
ways. To here, by "do":

  pen        pen, address, name, services (["128", "16"]), mtu, signals ({"0": -50}), manufacturer (hex)
  address    pen, address: the next advertisement comes from there
  advertise  pen, on
  notify     pen, hex
  drop       pen, reason
  refuse     pen, writes: so many are answered with an error
  deaf       pen, on: it is heard, and answers no connect
  mute       pen, on: it answers no write
  signals    pen, signals: heard elsewhere from now on
  unplug     adapter: gone, with its links
  plug       adapter: back

From here, by "on": subscribed (pen, adapter, service, mtu), written (pen, hex), lost (pen, reason).
"""

import asyncio
import json
import logging
import os
import signal
import sys

from bumble import att, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink, PacketParser
from mended import Adapter, Air, PenController

SERVICES = {
    "128": (
        "4f99f138-9d53-5bfa-9e50-b147491afe68",
        "8bc8cc7d-88ca-56b0-af9a-9bf514d0d61a",
        "64cd86b1-2256-5aeb-9f04-2caf6c60ae57",
    ),
    "16": ("19F1", "2BA0", "2BA1"),
}
ADVERTISED_EVERY_MS = 100


def signals_of(said):
    return {int(number): dbm for number, dbm in said["signals"].items()}


class Pen:
    def __init__(self, said, link, tell):
        self.id = said["pen"]
        self.tell = tell
        self.refused = 0
        self.mute = False
        self.advertises = False
        # bumble's own restart of advertising gets in the way of what the test wants meanwhile.
        self.commands = asyncio.Lock()
        self.connection = None
        self.notify_by = {}
        self.listened = None
        self.controller = PenController(self.id, link, signals_of(said))
        address = hci.Address(said["address"], hci.Address.RANDOM_DEVICE_ADDRESS)
        self.device = Device(self.id, address=address, host=Host(self.controller, AsyncPipeSink(self.controller)))
        self.device.gatt_server.max_mtu = said["mtu"]
        for kind in said["services"]:
            self.device.add_service(self.service(kind))
        self.device.on("connection", self.on_connection)
        self.manufacturer = bytes.fromhex(said["manufacturer"])
        self.name = said["name"]
        self.advertised = said["services"][0] if said["services"] else "16"

    def service(self, kind):
        service, write, notify = SERVICES[kind]
        out = Characteristic(UUID(notify), Characteristic.Properties.NOTIFY | Characteristic.Properties.INDICATE, 0, b"")
        out.on("subscription", lambda _connection, notifies, _indicates: self.on_subscription(kind, notifies))
        self.notify_by[kind] = out
        value = CharacteristicValue(write=self.on_write)
        into = Characteristic(UUID(write), Characteristic.Properties.WRITE, Characteristic.Permissions.WRITEABLE, value)
        return Service(UUID(service), [into, out])

    def on_connection(self, connection):
        self.connection = connection
        connection.on("disconnection", self.on_disconnection)

    def on_disconnection(self, reason):
        self.connection = None
        self.listened = None
        self.tell({"on": "lost", "pen": self.id, "reason": int(reason)})
        self.restart = asyncio.create_task(self.advertise(self.advertises))

    def on_subscription(self, kind, notifies):
        self.listened = kind if notifies else None
        if not notifies:
            return
        taken_by = self.controller.taken_by
        adapter = -1 if taken_by is None else taken_by.number
        mtu = self.connection.att_mtu
        self.tell({"on": "subscribed", "pen": self.id, "adapter": adapter, "service": kind, "mtu": mtu})

    async def on_write(self, _connection, value):
        if self.mute:
            await asyncio.Event().wait()
        if self.refused > 0:
            self.refused -= 1
            raise att.ATT_Error(att.ErrorCode.UNLIKELY_ERROR)
        self.tell({"on": "written", "pen": self.id, "hex": value.hex()})

    async def advertise(self, on):
        self.advertises = on
        async with self.commands:
            if self.connection is not None:
                return
            if self.advertises:
                await self.start_advertising()
            else:
                await self.device.stop_advertising()

    async def move(self, address):
        async with self.commands:
            self.device.random_address = address
            await self.device.send_sync_command(hci.HCI_LE_Set_Random_Address_Command(random_address=address))

    async def start_advertising(self):
        data = AdvertisingData([(AdvertisingData.FLAGS, b"\x06"), (AdvertisingData.MANUFACTURER_SPECIFIC_DATA, self.manufacturer)])
        service = UUID(SERVICES[self.advertised][0])
        kind = (
            AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
            if len(service.to_bytes()) == 2
            else AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        )
        response = AdvertisingData([(kind, service.to_bytes()), (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode()[:11])])
        await self.device.start_advertising(
            advertising_data=bytes(data),
            scan_response_data=bytes(response),
            advertising_interval_min=ADVERTISED_EVERY_MS,
            advertising_interval_max=ADVERTISED_EVERY_MS,
        )

    async def notify(self, value):
        if self.connection is None or self.listened is None:
            return
        characteristic = self.notify_by[self.listened]
        await self.device.gatt_server.notify_subscriber(self.connection, characteristic, value)


class Classroom:
    def __init__(self, adapters, tell):
        self.link = Air()
        self.tell = tell
        self.adapters = [Adapter(number, self.link) for number in range(adapters)]
        self.transports = {}
        self.unplugged = set()
        self.pens = {}

    async def do(self, said):
        what = said["do"]
        if what == "pen":
            pen = Pen(said, self.link, self.tell)
            self.pens[pen.id] = pen
            await pen.device.power_on()
            return
        if what in ("unplug", "plug"):
            self.plug(said["adapter"], what == "plug")
            return
        pen = self.pens[said["pen"]]
        if what == "advertise":
            await pen.advertise(said["on"])
        elif what == "address":
            await pen.move(hci.Address(said["address"], hci.Address.RANDOM_DEVICE_ADDRESS))
        elif what == "notify":
            await pen.notify(bytes.fromhex(said["hex"]))
        elif what == "drop":
            if pen.connection is not None:
                await pen.connection.disconnect(said["reason"])
        elif what == "refuse":
            pen.refused = said["writes"]
        elif what == "signals":
            pen.controller.signals = signals_of(said)
        elif what == "mute":
            pen.mute = said["on"]
        elif what == "deaf":
            pen.controller.deaf = said["on"]
        else:
            raise ValueError(what)

    def plug(self, number, on):
        if on:
            self.unplugged.discard(number)
            return
        self.unplugged.add(number)
        self.adapters[number].end_links()
        if number in self.transports:
            self.transports.pop(number).close()


class HciPort(asyncio.Protocol):
    """The HCI of one adapter, over TCP."""

    def __init__(self, classroom):
        self.classroom = classroom
        self.adapter = None
        self.parser = None
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.adapter is None:
            number, data = data[0], data[1:]
            if number in self.classroom.unplugged:
                self.transport.close()
                return
            self.adapter = self.classroom.adapters[number]
            self.classroom.transports[number] = self.transport
            self.adapter.set_packet_sink(self)
            self.parser = PacketParser(FromHost(self.adapter))
        self.parser.feed_data(data)

    def on_packet(self, packet):
        if not self.transport.is_closing():
            self.transport.write(packet)

    def connection_lost(self, _error):
        # Its process is gone; the controller keeps its links, as real ones do, until it is reset.
        if self.adapter is not None and self.adapter.hci_sink is self:
            self.adapter.set_packet_sink(None)


class FromHost:
    def __init__(self, adapter):
        self.on_packet = adapter.on_packet


async def main():
    loop = asyncio.get_running_loop()
    test = None

    def tell(what):
        test.write(json.dumps(what).encode() + b"\n")

    classroom = Classroom(int(sys.argv[1]), tell)
    ended = asyncio.Event()

    async def on_test(reader, writer):
        nonlocal test
        test = writer
        try:
            async for line in reader:
                await classroom.do(json.loads(line))
        finally:
            ended.set()

    hci_server = await loop.create_server(lambda: HciPort(classroom), "127.0.0.1", 0)
    test_server = await asyncio.start_server(on_test, "127.0.0.1", 0, limit=2**20)
    ports = {"hci": hci_server.sockets[0].getsockname()[1], "test": test_server.sockets[0].getsockname()[1]}
    print(json.dumps(ports), flush=True)
    await ended.wait()
    # Whatever the pens are about to do is nobody's business any more, nor that it was not done.
    os._exit(0)


# The terminal's Ctrl+C is for the process that started this one; this one ends when its connection does.
signal.signal(signal.SIGINT, signal.SIG_IGN)
# It warns of what a process that was killed leaves behind, which is what some tests are about.
logging.getLogger("bumble").setLevel(logging.ERROR)
asyncio.run(main())
