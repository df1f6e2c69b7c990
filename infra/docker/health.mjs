// The health check of the image: the service's own word on its ops port.
const response = await fetch(`http://127.0.0.1:${process.env.PENLIGHT_OPS_PORT ?? 7310}/healthz`);
process.exit(response.ok ? 0 : 1);
