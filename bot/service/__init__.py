"""The running service: scheduler, health, doctor, backup."""
