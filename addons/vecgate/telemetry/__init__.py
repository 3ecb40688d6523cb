"""What can operators watch? Metrics, traces, health and log lines; never who asked, what for, or what was answered."""
