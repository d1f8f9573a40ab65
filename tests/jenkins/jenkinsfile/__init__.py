"""Reads and runs the Jenkinsfile without a Jenkins: syntax tree, linter, interpreter."""
