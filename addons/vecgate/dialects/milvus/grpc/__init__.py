"""How is Milvus spoken to over gRPC (`MilvusService`)? Each method as its REST twin, or as a row of its own."""
