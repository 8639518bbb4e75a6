import type { Site } from "../hosts/site";
import { sitePaths } from "../hosts/site";

const processes = {
  /** As the user who started it, without a master process: within a user namespace there is nobody else to become. */
  self: "master_process off;\nuser root root;",
  /** As a service whose user is not root: a master process, which can be told to reload, and a worker for each core. */
  service: "worker_processes auto;",
  /** As root of a container that has no right to become anybody else. */
  container: "worker_processes auto;\nuser root root;",
};

interface Listen {
  readonly address: string;
  readonly port: number;
  readonly runAs?: keyof typeof processes;
  /** Paths of the certificate and its key; absent: no TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/**
 * nginx's configuration: files, and the log lines by which machines are known to have booted. Threads send the files, so
 * that nobody waits for another's disk, and all cores serve however the connections fell to the workers.
 */
export function nginxConfig(site: Site, listen: Listen): string {
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
  aio threads;
  server_tokens off;
${temporary}${known}
  server {
    listen ${listen.address}:${listen.port};
    root ${http};
    disable_symlinks on from=$document_root;
${locations(log)}
  }
${listen.tls ? encryptedServer(site, listen.address, listen.tls) : ""}}
`;
}

/** iPXE asks by its MAC address and says what else it is known by: one answer, and none of it with a path in what it said. */
const scripts = "/ipxe/uuid-$uuid.ipxe /ipxe/serial-$serial.ipxe /ipxe/architecture-$architecture.ipxe";
/** On BIOS, iPXE is built for the i386 whatever the machine is. */
const known = `
  map $arg_build $architecture { i386 x86_64; x86_64 x86_64; arm64 aarch64; }
  map $arg_uuid $uuid { "~^[0-9a-f-]+$" $arg_uuid; }
  map $arg_serial $serial { "~^[A-Za-z0-9_.-]+$" $arg_serial; }`;

const locations = (log: string) => `    location /ipxe/ { try_files $uri ${scripts} /ipxe/unknown.ipxe =404; }
    location ~ ^/ipxe/declared/(?<own>[0-9a-f-]+\\.ipxe)$ { try_files /ipxe/$own ${scripts} =404; }
    location /discovered/ {
      access_log ${log}/discovered.json request;
      return 200 "seen";
    }
${reports(log)}`;

const reports = (log: string) => `    location /booted/ {
      if ($request_method != POST) { return 405; }
      access_log ${log}/booted.json request;
      return 204;
    }`;

/** The same files over TLS, and the Ignition configs that are to be had in no other way. */
function encryptedServer(site: Site, address: string, { certificate, key }: NonNullable<Listen["tls"]>): string {
  const { http, https, log } = sitePaths(site);
  return `  server {
    listen ${address}:443 ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:1m;
    root ${http};
    disable_symlinks on from=$document_root;
    location /ignition/ {
      root ${site.tls?.restrict ? `${https}/$remote_addr` : https};
    }
${reports(log)}
  }
`;
}
