"""Mails about messages: who gets one, what it says, how it ends, and what becomes of it."""
