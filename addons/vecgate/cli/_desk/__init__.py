"""What can one type where there is no gateway? One module per command, found as those beside this room are."""
