"""Running service: scheduler, polls over the network, health checks, notices, doctor, backups."""
