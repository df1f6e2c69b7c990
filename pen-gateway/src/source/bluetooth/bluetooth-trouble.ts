import type { TroubleCode } from "./radio-message.ts";

/** What is missing where pens cannot be heard by Bluetooth, and how to get it: one line each, for a person. BLE-9. */
export const TROUBLES: Readonly<Record<TroubleCode, { readonly text: string; readonly remedy: string }>> = {
  "bluetooth.system": {
    text: "pens are heard by Bluetooth on Linux only",
    remedy: "run the gateway on the room's small computer (Debian or Raspberry Pi OS), see infra/bluetooth/README.md",
  },
  "bluetooth.not-installed": {
    text: "the Bluetooth packages are not installed",
    remedy: "run npm ci --ignore-scripts in this folder, without --omit=optional",
  },
  "bluetooth.kernel": {
    text: "this machine's kernel has no Bluetooth",
    remedy: "run sudo modprobe bluetooth; a container or virtual machine has to be given the host's adapter and network",
  },
  "bluetooth.permission": {
    text: "the gateway may not use the Bluetooth adapter",
    remedy:
      "start it by the systemd unit of infra/bluetooth, or run: sudo setcap cap_net_raw,cap_net_admin+eip $(readlink -f $(which node))",
  },
  "bluetooth.no-adapter": {
    text: "there is no Bluetooth adapter",
    remedy: "plug one in (infra/bluetooth/README.md names some that work); it is used as soon as it is there",
  },
  "bluetooth.adapter-gone": {
    text: "the Bluetooth adapter is gone",
    remedy: "plug it in again; the other adapters go on",
  },
  "bluetooth.off": {
    text: "the Bluetooth adapter is off",
    remedy: "run: sudo rfkill unblock bluetooth && sudo hciconfig hci0 up",
  },
  "bluetooth.old": {
    text: "the adapter does not know Bluetooth Low Energy",
    remedy: "use one of Bluetooth 4.0 or newer, see infra/bluetooth/README.md",
  },
  "bluetooth.stuck": {
    text: "the Bluetooth adapter does not answer",
    remedy: "it is reset and tried again; if that does not help, unplug it and plug it in again",
  },
  "bluetooth.failed": {
    text: "the Bluetooth adapter cannot be used",
    remedy: "it is tried again; see infra/bluetooth/README.md",
  },
};

/** Nothing mends itself here: a person has to do something first. */
export const HOPELESS: readonly TroubleCode[] = [
  "bluetooth.system",
  "bluetooth.not-installed",
  "bluetooth.kernel",
  "bluetooth.old",
];

export interface BluetoothTrouble {
  readonly code: TroubleCode;
  /** "hci0"; "": no certain one. */
  readonly adapter: string;
  readonly detail: string;
}

/** One line: what is wrong, and what to do. */
export function troubleText({ code, adapter, detail }: BluetoothTrouble): string {
  const { text, remedy } = TROUBLES[code];
  const where = [adapter, detail].filter((each) => each !== "").join(": ");
  return `${text}${where === "" ? "" : ` (${where})`}; ${remedy}`;
}
