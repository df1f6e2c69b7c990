import type { GatewayRadio, RadioAdapter, RadioFaultKind, RoomRadio } from "@penlight/proto";
import { formatDuration, formatNumber } from "../i18n/format.ts";
import { longPen } from "../pens/answers.ts";
import { useApp } from "../state/app.ts";

/** A gateway that has not spoken for so long is silent, ms: three of its ticks with pens, and some. */
const SILENT_MS = 5000;

/** Each adapter with its load; who waits for room; and pens that are nobody's here. REG-6. */
export function Gateways({ radio }: { radio: RoomRadio }) {
  const app = useApp();
  const words = app.pages.value.radio;
  const waiting = radio.pens.filter((pen) => pen.waitsSinceMs !== null);
  const unknown = radio.gateways.flatMap((gateway) => gateway.unknown);
  return (
    <section class="card gateways" aria-labelledby="gateways-title">
      <h2 id="gateways-title">{words.adapters}</h2>
      {radio.gateways.length === 0 ? <p class="quiet">{words.noGateway}</p> : null}
      <div class="adapters">
        {radio.gateways.map((gateway) => (
          <GatewayCards key={gateway.gateway} gateway={gateway} dataMs={radio.dataMs} />
        ))}
      </div>
      {waiting.length === 0 ? null : (
        <p class="waiting" role="status" data-testid="waiting">
          <b>{words.waiting(waiting.length)}</b>{" "}
          {waiting
            .map(({ pen, name }) => (name === null || app.hideNames.value ? longPen(pen) : app.text.value.pick(name)))
            .join(app.text.value.listSeparator)}
        </p>
      )}
      {unknown.length === 0 ? null : (
        <p class="quiet" data-testid="unknown">
          {words.unknown(unknown.length)}{" "}
          {unknown
            .map(({ pen, name, signalDbm }) => `${longPen(pen)} ${name}${signalDbm === null ? "" : ` ${signalDbm} dBm`}`)
            .join(app.text.value.listSeparator)}
        </p>
      )}
    </section>
  );
}

function GatewayCards({ gateway, dataMs }: { gateway: GatewayRadio; dataMs: number }) {
  const app = useApp();
  const words = app.pages.value.radio;
  const silentMs = dataMs - gateway.heardMs;
  const isSilent = silentMs > SILENT_MS;
  return (
    <>
      {isSilent ? (
        <p class="adapter" data-state="failed" data-gateway={gateway.gateway}>
          <b>{gateway.gateway}</b> {words.silentFor(formatDuration(app.language.value, silentMs))}
        </p>
      ) : null}
      {gateway.adapters.map((adapter) => (
        <Adapter key={adapter.name} adapter={adapter} gateway={gateway.gateway} isSilent={isSilent} />
      ))}
      {gateway.adapters.length === 0 && !isSilent ? (
        <p class="adapter" data-gateway={gateway.gateway}>
          <b>{gateway.gateway}</b> {words.noAdapter}
        </p>
      ) : null}
    </>
  );
}

interface AdapterProps {
  readonly adapter: RadioAdapter;
  readonly gateway: string;
  readonly isSilent: boolean;
}

function Adapter({ adapter, gateway, isSilent }: AdapterProps) {
  const app = useApp();
  const words = app.pages.value.radio;
  const { name, state, pens, capacity, queue, faults } = adapter;
  const isFull = capacity > 0 && pens >= capacity;
  const told = Object.entries(faults).map(([kind, count]) =>
    words.fault(words.faults[kind as RadioFaultKind], formatNumber(app.language.value, count)),
  );
  return (
    <div class="adapter" data-adapter={name} data-state={isSilent ? "failed" : state} data-full={isFull ? "yes" : undefined}>
      <p class="adapter-head">
        <b>{name}</b> <small>{gateway}</small> <span class="adapter-state">{words.state[state]}</span>
      </p>
      <p>
        {words.load(pens, capacity)} {isFull ? <b class="full">{words.full}</b> : null}
      </p>
      <div class="meter" aria-hidden="true">
        <span
          class={isFull ? "meter-missed" : "meter-right"}
          style={{ width: `${capacity === 0 ? 0 : Math.min(100, (pens / capacity) * 100)}%` }}
        />
      </div>
      <p class="quiet">
        {words.queue(queue)}
        {told.length === 0 ? ` · ${words.noFaults}` : ` · ${told.join(app.text.value.listSeparator)}`}
      </p>
    </div>
  );
}
