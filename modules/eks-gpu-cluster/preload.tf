# Images that are pulled as soon as a node joins. Image volumes do it without running anything of the image, so it needs no shell;
# clusters have them by default from 1.35 on (KEP-4639).

locals {
  preload_minor = 35

  # A DaemonSet's name is a label's value too: lower case, and short enough for what Kubernetes adds.
  preload_names = {
    for name, g in var.gpu_node_groups : name => "image-preload-${substr(replace(lower(name), "/[^a-z0-9-]/", "-"), 0, 30)}-${substr(sha256(name), 0, 6)}"
  }

  preload_yaml = [
    for name, g in var.gpu_node_groups : templatefile("${path.module}/manifests/image-preload.yaml.tftpl", {
      name        = local.preload_names[name]
      group       = name
      pause       = "${local.image_registries["registry.k8s.io"]}/pause:3.10.1"
      images      = g.preload_images
      tolerations = [for t in local.group_taints[name] : { key = t.key, effect = lookup(local.kubernetes_effects, t.effect, t.effect) }]
    }) if length(g.preload_images) > 0
  ]
}
