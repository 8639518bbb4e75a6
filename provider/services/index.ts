import { processes } from "./processes";
import type { Services } from "./services";
import { systemd } from "./systemd";

export type ServicesKind = "process" | "systemd";

export const servicesOf = (kind: ServicesKind): Services => (kind === "systemd" ? systemd : processes);
