"""Mistakes to plant in copies of the Jenkinsfile, and what the linter must say of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    right: str
    wrong: str
    complaint: str


MISTAKES = {
    "unbalanced brace": Mistake("agent none\n", "agent none }\n", "syntax"),
    "unclosed string": Mistake("timestamps()", "timestamps('", "syntax"),
    "unknown section": Mistake(
        "    options {\n        timest", "    optionz {\n        timest", "optionz"
    ),
    "section twice": Mistake("agent none\n", "agent none\n    agent any\n", "agent stands twice"),
    "no agent": Mistake("    agent none\n", "", "a pipeline needs agent"),
    "bad agent": Mistake("agent none\n", "agent nobody\n", "an agent is any, none or a block"),
    "statement beside": Mistake("pipeline {", "sleep 1\npipeline {", "nothing beside it"),
    "unknown stage section": Mistake(
        "                    steps {", "                    stepz {", "stepz"
    ),
    "stage without steps": Mistake(
        "stages {\n                stage('Install')",
        "stages {\n                stage('Nothing') {}\n                stage('Install')",
        "a stage has one of",
    ),
    "unknown option": Mistake(
        "disableConcurrentBuilds()", "disableParallelBuilds()", "disableParallel"
    ),
    "option of a pipeline in a stage": Mistake(
        "lock(resource: 'openstack-soak')", "disableConcurrentBuilds()", "unknown option"
    ),
    "unknown parameter type": Mistake("string(name: 'HOURS'", "number(name: 'HOURS'", "number"),
    "unknown trigger": Mistake("cron('H 20 * * *')", "nightly('H 20 * * *')", "nightly"),
    "unknown post condition": Mistake(
        "                always {", "                allways {", "allways"
    ),
    "unknown when": Mistake(
        "expression { params.CLOUD == ''", "unless { params.CLOUD == ''", "unless"
    ),
    "unknown step": Mistake("archiveArtifacts(", "archiveArtefacts(", "archiveArtefacts"),
    "unknown step in a function": Mistake("unstable('FAIL", "instable('FAIL", "instable"),
    "unknown step in a script": Mistake("description = sh(", "description = bash(", "bash"),
    "unknown argument": Mistake("junit(testResults:", "junit(testResult:", "testResult"),
    "argument of no plot": Mistake("keepRecords: true", "keepRecord: true", "keepRecord"),
    "argument of no series": Mistake("displayTableFlag: false", "tableFlag: false", "tableFlag"),
    "missing argument": Mistake("group: 'Leaks', ", "", "plot needs group"),
    "value out of the list": Mistake(
        "stdioRetention: 'FAILED'", "stdioRetention: 'SOME'", "stdioRetention"
    ),
    "argument of no binding": Mistake(
        "variable: 'LIBVIRT_KEY'", "variabel: 'LIBVIRT_KEY'", "variabel"
    ),
    "argument of no discarder": Mistake("numToKeepStr: '60'", "numToKeep: '60'", "numToKeep"),
    "Groovy among the steps": Mistake(
        "archiveArtifacts(",
        "def kept = true\n                    archiveArtifacts(",
        "script block",
    ),
    "environment that computes": Mistake(
        'RUN = "build-${env.BUILD_NUMBER}"', "RUN = env.X", "environment takes"
    ),
    "script put together": Mistake(
        "there is one', script: '''",
        "there is one', script: '. ' + env.PROFILE + '''",
        "quote it singly",
    ),
    "interpolated script": Mistake(
        "sh(label: 'Clear", 'sh("soak $CLOUD")\n    sh(label: \'Clear', "quote it singly"
    ),
    "interpolated secret": Mistake(
        "]) {\n", ']) {\n    echo "${env.TEMPEST_CONF}"\n', "the secret TEMPEST_CONF"
    ),
}
