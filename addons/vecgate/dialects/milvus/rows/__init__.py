"""How is a call of Milvus kept to some rows? By a condition around each filter, and by whose the ids are that it writes."""
