"""What can be said of the gateway? See file.py, which reads the settings file, and the sections it is made of."""
