import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { dataUrl } from "../ignition/dataUrl";
import { type Delivered, type Delivery, placeOf } from "../ignition/delivery";
import { pointerConfig } from "../ignition/pointer";
import { bodyOf } from "../ignition/publish";
import { wrapIgnition } from "../initrd/wrap";

/** What of a machine's binding decides on its Ignition. */
export interface Configured {
  /** What it merges, the later over the earlier. */
  readonly ignition: readonly Delivered[];
  readonly hostname?: string;
  /** Its fixed address. */
  readonly address?: string;
  readonly transport?: "http" | "tftp";
}

/** Where a machine's Ignition begins: a config of its own that merges the others, or the only one that it has. */
export interface FirstConfig extends Delivered {
  readonly isOwn: boolean;
}

/**
 * A config of its own is as well kept as the best kept of those that it merges: in an initrd where one of them is, for
 * Ignition takes either a config URL or a config that came with the initramfs, never both.
 */
export function firstConfig(site: Site, { ignition, hostname }: Configured): FirstConfig {
  if (!hostname && ignition.length === 1) return { ...ignition[0]!, isOwn: false };
  const delivery = (["wrapped", "https"] as const).find((kind) => uses({ ignition }, kind)) ?? "http";
  return { digest: ownConfig(site, { ignition, hostname }, new Map()).digest, delivery, isOwn: true };
}

const uses = ({ ignition }: Configured, delivery: Delivery) => ignition.some((one) => one.delivery === delivery);

/** Its digest is that of the config with nothing but URLs: so it is known where the bodies are not. */
function ownConfig(site: Site, { ignition, hostname }: Configured, bodies: Bodies) {
  const { digest } = pointerConfig(
    ignition.map((one) => ({ url: placeOf(site, one).url, digest: one.digest })),
    { hostname },
  );
  const withBodies = ignition.map((one) => {
    const body = bodies.get(one.digest);
    return { url: body === undefined ? placeOf(site, one).url : dataUrl(body), digest: one.digest };
  });
  return { digest, content: pointerConfig(withBodies, { hostname }).content };
}

/** Configs that a machine has inside its own files, by their digests. */
export type Bodies = ReadonlyMap<string, string>;

/** The bodies that {@link firstConfigFiles} needs: of wrapped configs that are merged, and of those for one address alone. */
export async function neededBodies(host: Host, site: Site, configured: Configured): Promise<Bodies> {
  const { isOwn } = firstConfig(site, configured);
  const needed = configured.ignition.filter(
    ({ delivery }) => (isOwn && delivery === "wrapped") || (delivery === "https" && site.tls?.restrict),
  );
  return new Map(await Promise.all(needed.map(async (one) => [one.digest, await bodyOf(host, site, one)] as const)));
}

const hasWrappedSecret = ({ ignition }: Configured) => ignition.some(({ isSecret }) => isSecret);

/** How a boot config names the first config. */
export function firstConfigNames(site: Site, configured: Configured): { ignitionUrl?: string; initrds: string[] } {
  const first = firstConfig(site, configured);
  const { url } = placeOf(site, first);
  return {
    ignitionUrl: first.delivery === "wrapped" ? undefined : url,
    initrds: [
      ...(first.delivery === "wrapped" ? [url] : []),
      ...(uses(configured, "https") ? [`${site.url}/initrd/ca.img`] : []),
    ],
  };
}

/** The files that the machine has to itself. */
export function firstConfigFiles(site: Site, configured: Configured, bodies: Bodies) {
  const first = firstConfig(site, configured);
  const contentOf = (digest: string) =>
    first.isOwn && digest === first.digest
      ? ownConfig(site, configured, insides(configured, bodies)).content
      : bodies.get(digest)!;
  return ownPlaces(site, configured).map(({ path, digest, delivery }) => ({
    path,
    content: delivery === "wrapped" ? wrapIgnition(contentOf(digest)) : contentOf(digest),
    mode: delivery === "https" || (delivery === "wrapped" && hasWrappedSecret(configured)) ? 0o640 : undefined,
  }));
}

/** Those that belong inside a machine's own config; the others have an URL. */
const insides = ({ ignition }: Configured, bodies: Bodies): Bodies =>
  new Map(
    [...bodies].filter(([digest]) => ignition.some((one) => one.digest === digest && one.delivery === "wrapped")),
  );

/** Where a machine has files to itself: its own config, and what is served to its address alone. */
export function ownPlaces(site: Site, configured: Configured): (Delivered & { path: string })[] {
  const first = firstConfig(site, configured);
  const own = first.isOwn ? [first] : [];
  const { address } = configured;
  if (!site.tls?.restrict || !address) return own.map((one) => ({ ...one, path: placeOf(site, one).path }));
  const shared = configured.ignition.filter(({ delivery }) => delivery === "https");
  return [...shared, ...own].map(({ digest, delivery }) => ({
    ...{ digest, delivery },
    path:
      delivery === "https" ? sitePaths(site).addressConfig(address, digest) : placeOf(site, { digest, delivery }).path,
  }));
}

/** What must lie on the server before a machine is told of it. */
export const neededConfigFiles = (site: Site, configured: Configured): string[] => [
  ...configured.ignition.map((one) => placeOf(site, one).path),
  ...(uses(configured, "https") ? [sitePaths(site).authorityInitrd] : []),
];

/** Why a machine could not fetch what it boots with, and which property is to blame; undefined where it could. */
export function unreachableConfig(
  site: Site,
  configured: Configured,
): { property: "address" | "ignition" | "transport"; reason: string } | undefined {
  if (configured.transport === "tftp" && hasWrappedSecret(configured))
    return {
      property: "transport",
      reason:
        'transport must not be "tftp" with a secret in an initrd: TFTP servers send what every user of the host may read',
    };
  if (!uses(configured, "https")) return undefined;
  if (!site.tls) return { property: "ignition", reason: "ignition comes over TLS, which its server doesn't have" };
  if (!site.tls.restrict || configured.address) return undefined;
  const reason = "the server has restrict set, by which it sends configs over TLS to a machine's fixed address alone";
  return { property: "address", reason: `address is required: ${reason}` };
}
