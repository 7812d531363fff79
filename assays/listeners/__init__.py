"""The TCP servers that instruments send to: ASTM (LIS1-A) and HL7 over MLLP."""
