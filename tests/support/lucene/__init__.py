"""What the tests of OpenSearch and Elasticsearch share."""
