import type { Site } from "../hosts/site";
import { sitePaths } from "../hosts/site";

const processes = {
  /** As the user who started it, without a master process: within a user namespace there is nobody else to become. */
  self: "master_process off;\nuser root root;",
  /** As a service whose user is not root: a master process, which can be told to reload, and a worker for each core. */
  service: "worker_processes auto;",
};

/** nginx's configuration: files, and the log lines by which machines are known to have booted. */
export function nginxConfig(site: Site, listen: { address: string; port: number; runAs?: "self" | "service" }): string {
  const { http, log, run } = sitePaths(site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${run}/nginx-${name};`)
    .join("\n");
  return `# written by pulumi-fcos-pxe; changes are overwritten
daemon off;
${processes[listen.runAs ?? "self"]}
pid ${run}/nginx.own.pid;
error_log ${log}/nginx-error.log;
events { worker_connections 1024; }
http {
  log_format request escape=json '{"t":$msec,"ip":"$remote_addr","m":"$request_method","u":"$request_uri","s":$status,"b":$body_bytes_sent}';
  access_log ${log}/access.json request;
  default_type application/octet-stream;
  sendfile on;
  tcp_nopush on;
  server_tokens off;
${temporary}
  server {
    listen ${listen.address}:${listen.port};
    root ${http};
    disable_symlinks on from=$document_root;
    location /ipxe/ { try_files $uri /ipxe/unknown.ipxe =404; }
    location /ipxe/declared/ { alias ${http}/ipxe/; }
    location /discovered/ {
      access_log ${log}/discovered.json request;
      return 200 "seen";
    }
    location /booted/ {
      if ($request_method != POST) { return 405; }
      access_log ${log}/booted.json request;
      return 204;
    }
  }
}
`;
}
