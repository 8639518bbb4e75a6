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
  /** Present where files are also served over TLS. */
  readonly tls?: {
    /** What machines put before a path then: "https://10.44.0.1". */
    readonly url: string;
    /** Whether each machine's configs are served to its own address alone. */
    readonly restrict?: true;
  };
  /** Where machines fetch artifacts from instead, by their digests: "https://cdn.example.org/fcos". */
  readonly artifacts?: string;
  /** Present where that is an S3-compatible bucket, which artifacts are uploaded to. */
  readonly s3Region?: string;
  /** Further servers that hold the same, so that machines may boot from any of them. */
  readonly replicas?: readonly Site[];
  /** Directory of the lab in whose network namespace the server's processes run; absent: on the host itself. */
  readonly lab?: string;
  /** How the server is reached over SSH; absent: it is this machine. */
  readonly host?: Connection;
}

/** Whether two sites are the same directory of the same server, however that is reached. */
export const isSamePlace = (one: Site, other: Site | undefined) =>
  one.directory === other?.directory && one.lab === other.lab && one.host?.host === other.host?.host;

/** The site itself, and each of its replicas. */
export const everySite = (site: Site): Site[] => {
  const { replicas = [], ...first } = site;
  return [first, ...replicas];
};

/** Whether there is a server that belongs to both. */
export const overlap = (one: Site, other: Site | undefined) =>
  other !== undefined && sitesLeft(one, other).length < everySite(one).length;

/** The servers that something was on before and isn't any more. */
export const sitesLeft = (before: Site, now: Site) =>
  everySite(before).filter((one) => !everySite(now).some((other) => isSamePlace(one, other)));

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
    /** The document root of what is served over TLS only. */
    https: at("https"),
    encryptedIgnition: at("https", "ignition"),
    encryptedIgnitionConfig: (sha256: string) => at("https", "ignition", `${sha256}.ign`),
    /** Where such a config lies for one machine's address alone. */
    addressConfigs: (address: string) => at("https", address),
    addressConfig: (address: string, sha256: string) => at("https", address, "ignition", `${sha256}.ign`),
    /** Where those lie that each machine has a copy of at its own address; never served. */
    keptConfigs: at("kept"),
    keptConfig: (sha256: string) => at("kept", `${sha256}.ign`),
    /** Initrds of ours that machines load beside the release's, by the digest of the Ignition config in them. */
    initrds: at("http", "initrd"),
    initrd: (sha256: string) => at("http", "initrd", `${sha256}.img`),
    /** The initrd with the certificate of the server's own CA. */
    authorityInitrd: at("http", "initrd", "ca.img"),
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
    /** The same of releases whose files are kept although nothing refers to them, by when they were retired. */
    keptReleases: at("kept-releases"),
    /** One dnsmasq `dhcp-hostsdir` file a machine. */
    dhcpHosts: at("dhcp-hosts"),
    etc: at("etc"),
    certificates: at("etc", "tls"),
    log: at("log"),
    run: at("run"),
    /** What each artifact lock, partial download and temporary file lives under; never served. */
    work: at("work"),
  };
};
