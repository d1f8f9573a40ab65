"""What a declarative Jenkinsfile may say: the sections, and the steps of the installed plugins.

The words are those of pipeline-model-definition's ModelParser and of each plugin's step. A word
that Jenkins has and this does not is added here, its plugin in jenkins/controller/plugins.txt.
"""

from dataclasses import dataclass, field


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PIPELINE_SECTIONS = _words(
    "agent environment libraries options parameters post stages tools triggers"
)
PIPELINE_NEEDS = ("agent", "stages")
STAGE_SECTIONS = _words(
    "agent environment failFast input matrix options parallel post stages steps tools when"
)
STAGE_BODIES = frozenset({"steps", "stages", "parallel", "matrix"})
POST_CONDITIONS = _words(
    "always changed fixed regression aborted failure success unstable unsuccessful cleanup"
)
WHEN_CONDITIONS = _words(
    "allOf anyOf beforeAgent beforeInput beforeOptions branch environment equals expression not"
)
AGENTS = frozenset({"label", "node"})
TRIGGERS = frozenset({"cron", "pollSCM", "upstream"})


@dataclass(frozen=True)
class Word:
    """A step, option or parameter: its plugin, its arguments and what it cannot do without.

    ``unnamed`` is the argument that may be given without its name. ``values`` are the only ones an
    argument takes.
    """

    plugin: str = "workflow-aggregator"
    arguments: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    unnamed: str | None = None
    block: bool = False
    values: dict[str, frozenset[str]] = field(default_factory=dict)


TIMEOUT = Word(
    arguments=_words("time unit activity"),
    needs=_words("time"),
    block=True,
    values={"unit": _words("SECONDS MINUTES HOURS DAYS")},
)
LOCK = Word(
    plugin="lockable-resources",
    arguments=_words("resource label quantity variable inversePrecedence skipIfLocked extra"),
    unnamed="resource",
    block=True,
)

OPTIONS = {
    "buildDiscarder": Word(arguments=_words("strategy"), unnamed="strategy"),
    "disableConcurrentBuilds": Word(arguments=_words("abortPrevious")),
    "disableResume": Word(),
    "durabilityHint": Word(arguments=_words("hint"), unnamed="hint"),
    "lock": LOCK,
    "quietPeriod": Word(arguments=_words("time"), unnamed="time"),
    "retry": Word(arguments=_words("count"), unnamed="count"),
    "skipDefaultCheckout": Word(arguments=_words("skip"), unnamed="skip"),
    "skipStagesAfterUnstable": Word(),
    "timeout": TIMEOUT,
    "timestamps": Word(plugin="timestamper"),
}
STAGE_OPTIONS = frozenset({"lock", "retry", "skipDefaultCheckout", "timeout", "timestamps"})

_PARAMETER = _words("name defaultValue description")
PARAMETERS = {
    "booleanParam": Word(arguments=_PARAMETER, needs=_words("name")),
    "choice": Word(arguments=_words("name choices description"), needs=_words("name choices")),
    "password": Word(arguments=_PARAMETER, needs=_words("name")),
    "string": Word(arguments=_PARAMETER | {"trim"}, needs=_words("name")),
    "text": Word(arguments=_PARAMETER | {"trim"}, needs=_words("name")),
}

STEPS = {
    "archiveArtifacts": Word(
        arguments=_words(
            "artifacts allowEmptyArchive caseSensitive defaultExcludes excludes fingerprint"
            " followSymlinks onlyIfSuccessful"
        ),
        needs=_words("artifacts"),
        unnamed="artifacts",
    ),
    "catchError": Word(
        arguments=_words("message buildResult stageResult catchInterruptions"), block=True
    ),
    "deleteDir": Word(),
    "dir": Word(arguments=_words("path"), needs=_words("path"), unnamed="path", block=True),
    "echo": Word(arguments=_words("message"), needs=_words("message"), unnamed="message"),
    "error": Word(arguments=_words("message"), needs=_words("message"), unnamed="message"),
    "junit": Word(
        plugin="junit",
        arguments=_words(
            "testResults allowEmptyResults checksName healthScaleFactor keepProperties"
            " keepTestNames skipMarkingBuildUnstable skipOldReports skipPublishingChecks"
            " stdioRetention testDataPublishers"
        ),
        needs=_words("testResults"),
        unnamed="testResults",
        values={"stdioRetention": _words("ALL FAILED NONE")},
    ),
    "lock": LOCK,
    "plot": Word(
        plugin="plot",
        arguments=_words(
            "csvFileName group style title description numBuilds yaxis yaxisMinimum yaxisMaximum"
            " useDescr exclZero logarithmic keepRecords csvSeries propertiesSeries xmlSeries"
        ),
        needs=_words("csvFileName group style"),
        values={
            "style": _words(
                "area bar bar3d line line3d lineSimple stackedArea stackedBar stackedBar3d"
                " waterfall"
            )
        },
    ),
    "retry": Word(arguments=_words("count"), needs=_words("count"), unnamed="count", block=True),
    "script": Word(block=True),
    "sh": Word(
        arguments=_words("script label encoding returnStatus returnStdout"),
        needs=_words("script"),
        unnamed="script",
    ),
    "sleep": Word(arguments=_words("time unit"), needs=_words("time"), unnamed="time"),
    "timeout": TIMEOUT,
    "unstable": Word(arguments=_words("message"), needs=_words("message"), unnamed="message"),
    "withCredentials": Word(
        plugin="credentials-binding",
        arguments=_words("bindings"),
        needs=_words("bindings"),
        unnamed="bindings",
        block=True,
    ),
    "withEnv": Word(
        arguments=_words("overrides"), needs=_words("overrides"), unnamed="overrides", block=True
    ),
}

PARTS = {
    "file": Word(
        plugin="plain-credentials",
        arguments=_words("credentialsId variable"),
        needs=_words("credentialsId variable"),
    ),
    "logRotator": Word(
        arguments=_words("numToKeepStr artifactNumToKeepStr daysToKeepStr artifactDaysToKeepStr")
    ),
    "string": Word(
        plugin="plain-credentials",
        arguments=_words("credentialsId variable"),
        needs=_words("credentialsId variable"),
    ),
}
"""What stands inside the arguments of a step or option."""

CSV_SERIES = _words("file url inclusionFlag exclusionValues displayTableFlag")
