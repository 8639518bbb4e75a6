import type { Connection } from "./connection";

/**
 * Where a PXE server keeps its files and how machines reach it. A copy lies in the state of every resource that acts on
 * the server, because `destroy` and `refresh` know nothing else: keep it small. Where the connection holds a private key,
 * the whole of it is a secret to Pulumi.
 */
export interface Site {
  /** Absolute directory on the host. */
  readonly directory: string;
  /** What machines put before a path, without a trailing slash: "http://10.44.0.1". */
  readonly url: string;
  /** Directory of the lab in whose network namespace the server's processes run; absent: on the host itself. */
  readonly lab?: string;
  /** How the server is reached over SSH; absent: it is this machine. */
  readonly host?: Connection;
}

/** Whether two sites are the same directory of the same server, however that is reached. */
export const isSamePlace = (one: Site, other: Site | undefined) =>
  one.directory === other?.directory && one.lab === other.lab && one.host?.host === other.host?.host;

/** The layout of a site, in one place: nothing else joins these paths. */
export const sitePaths = (site: Site) => {
  const at = (...parts: string[]) => [site.directory, ...parts].join("/");
  return {
    /** nginx's document root. */
    http: at("http"),
    /** Artifacts by digest, never changed once there; also seen from the TFTP root as `store`. */
    store: at("http", "store", "sha256"),
    artifact: (sha256: string) => at("http", "store", "sha256", sha256),
    ignition: at("http", "ignition"),
    ignitionConfig: (sha256: string) => at("http", "ignition", `${sha256}.ign`),
    /** dnsmasq's TFTP root. */
    tftp: at("tftp"),
    pxelinuxConfigs: at("tftp", "pxelinux.cfg"),
    ipxeScripts: at("http", "ipxe"),
    /** Also seen from the TFTP root as `grub`, which is where a signed GRUB looks. */
    grubConfigs: at("http", "grub"),
    /** Parameter files of s390x machines, to be put into their virtual reader by hand. */
    parmFiles: at("http", "parm"),
    /** Boot programs for firmware that fetches them by HTTP; also seen from the TFTP root as `boot`. */
    bootPrograms: at("http", "boot"),
    /** What is known of a mirrored release, by the digest of that description. */
    releases: at("releases"),
    release: (sha256: string) => at("releases", `${sha256}.json`),
    /** One dnsmasq `dhcp-hostsdir` file a machine. */
    dhcpHosts: at("dhcp-hosts"),
    etc: at("etc"),
    log: at("log"),
    run: at("run"),
    /** What each artifact lock, partial download and temporary file lives under; never served. */
    work: at("work"),
  };
};
