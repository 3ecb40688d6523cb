"""What is looked at? One part of the gateway a file, and the ways around it."""
