import type * as pulumi from "@pulumi/pulumi";

/** One hop to a server over SSH. */
export interface JumpArgs {
  /** Host name or IP address. */
  readonly host: pulumi.Input<string>;
  /** @default 22 */
  readonly port?: pulumi.Input<number>;
  readonly user: pulumi.Input<string>;
  /**
   * The host's public key, as in its /etc/ssh/ssh_host_ed25519_key.pub: "ssh-ed25519 AAAA…". A host that shows another one
   * is not talked to. Without it the connection is refused, and the error shows the line to write.
   */
  readonly hostKey?: pulumi.Input<string>;
  /** A private key's text, PEM or OpenSSH. It lies in the state, encrypted if it is a secret; prefer a file or an agent. */
  readonly privateKey?: pulumi.Input<string>;
  /** A private key's file on the machine where Pulumi runs; "~/" is the home directory. Only its path lies in the state. */
  readonly privateKeyFile?: pulumi.Input<string>;
  /** Of the private key. */
  readonly passphrase?: pulumi.Input<string>;
  /** The socket of an SSH agent. Default, where no key is given: the one in SSH_AUTH_SOCK. */
  readonly agent?: pulumi.Input<string>;
}

/**
 * How a PXE server is reached over SSH. It needs a POSIX login shell, and GNU coreutils, findutils and util-linux, which
 * every common distribution has. A change of anything but `host` changes nothing on the server or on machines.
 */
export interface ConnectionArgs extends JumpArgs {
  /**
   * Whether commands run by sudo, which must not ask for a password.
   * @default unless the user is root
   */
  readonly sudo?: pulumi.Input<boolean>;
  /** The host through which this one is reached. */
  readonly jump?: pulumi.Input<JumpArgs>;
}
