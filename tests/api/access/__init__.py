"""Tests of sign-in and of what each role may do."""
