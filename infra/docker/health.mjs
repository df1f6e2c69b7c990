// The health check of the image: asks the service's own port, the page's for the dashboard, the ops port for the others.
const port = process.env.PENLIGHT_HEALTH_PORT ?? "7390";
const response = await fetch(`http://127.0.0.1:${port}/healthz`);
process.exit(response.ok ? 0 : 1);
