import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, isOfType, typeToken } from "./dynamicResource";
import { type Servers, siteOf } from "./server";

/** A file of a release that no stream lists. */
export interface ReleaseFile {
  /** An http: or https: URL, or a path on the machine where the program runs, relative to the program's directory. */
  readonly location: pulumi.Input<string>;
  /** Hex. Required with a URL. */
  readonly sha256?: pulumi.Input<string>;
  /**
   * URL or path of its detached OpenPGP signature.
   * Default: the file's own path with ".sig" behind it, where there is one.
   */
  readonly signature?: pulumi.Input<string>;
}

/** Kernel, initramfs and rootfs of one build; without a rootfs, it must lie inside the initramfs. */
export interface ReleaseArtifacts {
  readonly kernel: pulumi.Input<ReleaseFile>;
  readonly initramfs: pulumi.Input<ReleaseFile>;
  readonly rootfs?: pulumi.Input<ReleaseFile>;
}

/** What every machine gets that boots the release. */
export interface ReleaseCustomization {
  /** PEM. Trusted by Ignition when it fetches configs and files (not by the booted system: that is IgnitionConfig's). */
  readonly certificateAuthorities?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * NetworkManager keyfiles by file name ("eno1.nmconnection"), for the initramfs and the booted system, in the place of `ip=dhcp`;
   * as by `coreos-installer pxe network wrap`. Whoever reaches the server can read them.
   */
  readonly networkKeyfiles?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Put before those of each Machine. */
  readonly kernelArguments?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface FcosReleaseArgs {
  readonly server: Servers;
  /**
   * The stream that is followed: "stable", "testing", "next", or one of the development streams.
   * @default "stable"
   */
  readonly stream?: pulumi.Input<string>;
  /** @default "x86_64" */
  readonly architecture?: pulumi.Input<"x86_64" | "aarch64" | "ppc64le" | "s390x">;
  /**
   * Pins the release: "43.20261101.3.0". Going back is a changed pin, nothing more. A version that its stream doesn't list any
   * more comes from the release index, which Fedora keeps but promises nothing about; one that is mirrored already needs neither.
   */
  readonly version?: pulumi.Input<string>;
  /** Stays at the release of the last `up`, whatever the stream lists meanwhile. */
  readonly hold?: pulumi.Input<boolean>;
  /**
   * How long a release must have been out, like "72h" or "7d", before it is followed: a stream lists a release when its rollout
   * begins. Until then the newest that is old enough is taken.
   */
  readonly minimumAge?: pulumi.Input<string>;
  /**
   * Stream metadata from elsewhere: an http:, https: or file: URL, like what `openshift-install coreos print-stream-json` prints
   * for RHCOS. Default: Fedora's, of that stream.
   */
  readonly metadataUrl?: pulumi.Input<string>;
  /**
   * Files of your own in the place of a stream's: a custom build, or what an air-gapped site was given. Needs `version`, a name
   * for them. Files that are here are read in the preview: a rootfs of another build than the initramfs is refused.
   */
  readonly artifacts?: pulumi.Input<ReleaseArtifacts>;
  /** Added in an initrd of its own, named by its digest; the release's files stay as they were signed. */
  readonly customize?: pulumi.Input<ReleaseCustomization>;
  /**
   * How many releases before this one keep their files on the server, so that going back fetches nothing.
   * @default 2
   */
  readonly keep?: pulumi.Input<number>;
  /**
   * Armored OpenPGP public keys whose signatures count in addition to Fedora's, which are part of this package: each of those
   * counts for the major version that it is made for.
   */
  readonly trustedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Where files are fetched first, tried in this order before the publisher's own server: http: or https: URLs, below which
   * lie the same paths. They need not be trusted, since everything is verified. A file: URL is a directory on the server, with
   * the same paths or only the files' names: a mirror that was made by other means is taken over so.
   */
  readonly mirrorUrls?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * "sha256": for publishers that sign nothing (RHCOS): what the metadata says is believed, and a warning says so.
   * Default: each file's detached OpenPGP signature by a trusted key, and the sha256 of the metadata.
   */
  readonly verification?: pulumi.Input<"sha256">;
}

/** A release of a stream: its kernel, initramfs and rootfs, verified and mirrored on a server. */
export class FcosRelease extends DynamicResource {
  static readonly __pulumiType = typeToken("FcosRelease");

  /** "<stream> <version> <architecture> sha256:<digest>": what a Machine takes. Known in the preview. */
  declare readonly ref: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;
  /** The RAM that a live boot of it takes by Fedora's documentation, and the newest Ignition spec that it understands. */
  declare readonly needs: pulumi.Output<{ memoryMiB: number; ignitionSpec?: string }>;

  constructor(name: string, args: FcosReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, ...rest } = args;
    const props = { version: undefined, ...rest, site: siteOf(server), ref: undefined, needs: undefined };
    super("FcosRelease", "fcosRelease", name, props, opts);
  }

  static override isInstance(value: unknown): value is FcosRelease {
    return isOfType(value, "FcosRelease");
  }
}
