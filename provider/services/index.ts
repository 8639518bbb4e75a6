import { docker } from "./docker";
import type { ContainerSpecs } from "./dockerContainers";
import { processes } from "./processes";
import type { Services } from "./services";
import { systemd } from "./systemd";

export type ServicesKind = "process" | "systemd" | "docker";

/** `containers` are those of "docker". */
export function servicesOf(kind: ServicesKind, containers?: ContainerSpecs): Services {
  if (kind === "docker") return docker(containers!);
  return kind === "systemd" ? systemd : processes;
}
