"""How is the model that finds names trained? `python -m scripts.train_ner --data DIR --out DIR`, see README.md."""
