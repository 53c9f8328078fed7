locals {
  # Where nodes pull what the module installs from, by the registry that publishes it.
  image_registries = {
    for origin in ["nvcr.io", "registry.k8s.io"] : origin => lookup(
      var.image_registries, origin, var.image_mirror == null ? origin : var.image_mirror
    )
  }

  public_image_registries = [for origin, registry in local.image_registries : origin if origin == registry]
}
