"""The receipts desk of the back office: policies, money, requests, charges, CFDI, reconciliation, tools."""
