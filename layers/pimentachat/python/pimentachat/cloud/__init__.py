"""Other services of AWS: files in S3, pushes through SNS, mails through SES."""
