"""What can be said of the gateway? One section a file, named as in the settings file; file.py puts them together."""
