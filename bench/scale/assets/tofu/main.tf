terraform {
  required_providers {
    matchbox = { source = "poseidon/matchbox" }
  }
}

variable "machines" { type = number }
variable "changed" { type = string }
variable "endpoint" { type = string }

provider "matchbox" {
  endpoint    = var.endpoint
  client_cert = file("client.crt")
  client_key  = file("client.key")
  ca          = file("ca.crt")
}

resource "matchbox_profile" "node" {
  count  = var.machines
  name   = "node${count.index}"
  kernel = "/assets/kernel"
  initrd = ["/assets/initramfs"]
  args = concat(
    ["ip=dhcp", "rd.neednet=1", "initrd=main", "console=tty0", "console=ttyS0", "ignition.firstboot", "ignition.platform.id=metal"],
    ["ignition.config.url=http://10.44.0.1:8080/ignition?mac=$${mac:hexhyp}", "coreos.live.rootfs_url=http://10.44.0.1:8080/assets/rootfs"],
    var.changed == "all" || var.changed == tostring(count.index) ? ["mitigations=off"] : [],
  )
  raw_ignition = jsonencode({
    ignition = { version = "3.4.0" }
    passwd   = { users = [{ name = "core", sshAuthorizedKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"] }] }
    storage  = { files = [{ path = "/etc/hostname", mode = 420, contents = { source = "data:,node${count.index}" } }] }
  })
}

resource "matchbox_group" "node" {
  count    = var.machines
  name     = "node${count.index}"
  profile  = matchbox_profile.node[count.index].name
  selector = { mac = format("52:54:00:44:%02x:%02x", floor(count.index / 256), count.index % 256) }
}
