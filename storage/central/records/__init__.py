"""What facts open and leads close: cases, requests, agreements, tasks, matters before a lead."""
