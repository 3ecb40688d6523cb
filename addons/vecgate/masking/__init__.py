"""What is personal here, and what is shown in its place? `Workers` find, `Masker` replaces; neither does both."""
