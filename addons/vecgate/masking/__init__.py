"""What is personal here, and what is shown in its place? detect/, pool/, apply/; and inputs/ for what goes in."""
