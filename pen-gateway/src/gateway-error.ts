export const GATEWAY_ERROR_CODES = {
  "gateway.undelivered": { canRetry: false, text: "the gateway ended with ink that the event log did not take" },
} as const;
export type GatewayErrorCode = keyof typeof GATEWAY_ERROR_CODES;

export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  readonly records: number;
  constructor(code: GatewayErrorCode, records: number, options?: ErrorOptions) {
    super(`${GATEWAY_ERROR_CODES[code].text}: ${records} records`, options);
    this.name = "GatewayError";
    this.code = code;
    this.records = records;
  }
  get canRetry(): boolean {
    return GATEWAY_ERROR_CODES[this.code].canRetry;
  }
}
