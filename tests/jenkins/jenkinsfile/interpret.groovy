// Interprets declarative pipelines with steps that only record. Reads a list of scenarios as JSON:
// {"file", "params": {}, "status": {label of sh: exit code or "abort"}, "stdout": {label of sh: text},
//  "junit": "passed" | "failed" | "missing"}; prints for each {"result", "description", "env", "events"}.
// An event is {"step", "args": {}, "within": [enclosing stages, conditions and blocks]}; an argument that
// was put together from a GString is {"gstring": text}.

import groovy.json.JsonOutput
import groovy.json.JsonSlurper

class StepFailed extends RuntimeException { StepFailed(String message) { super(message) } }
class Aborted extends RuntimeException {}

/** Takes the place of a block's owner and keeps what the block calls: [[name, args], ...]. */
class Sections {
    List calls = []
    def methodMissing(String name, args) { calls << [name, args as List]; null }

    static List of(Closure block) {
        def sections = new Sections()
        block.delegate = sections
        block.resolveStrategy = Closure.DELEGATE_FIRST
        block()
        return sections.calls
    }
}

class Environment {
    Map variables
    void setProperty(String name, value) { variables[name] = value.toString() }
    def getProperty(String name) { throw new MissingPropertyException(name, Environment) }
}

/** Takes the place of the owner of a block of steps. */
class Steps {
    Build build
    def methodMissing(String name, args) { build.step(name, args) }
}

class Build {
    static final ORDER = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']
    Map scenario
    Script script
    String result = 'SUCCESS'
    Map current = [:]
    Map env = [BUILD_NUMBER: '7']
    List events = []
    List within = []

    void worsen(String other) { result = ORDER[Math.max(ORDER.indexOf(result), ORDER.indexOf(other))] }

    void inside(String place, Closure work) {
        within << place
        try { work() } finally { within.removeAt(within.size() - 1) }
    }

    void guarded(Closure work) {
        try { work() }
        catch (StepFailed failure) { worsen('FAILURE') }
        catch (Aborted abort) { worsen('ABORTED') }
    }

    void record(String step, args) { events << [step: step, args: args, within: within.collect()] }

    void pipeline(Closure body) { section(Sections.of(body)) }

    /** One `pipeline` or `stage`: its directives, then its stages or steps, then its post conditions. */
    void section(List calls) {
        def named = calls.collectEntries { [it[0], it[1][0]] }
        if (named.environment) {
            named.environment.delegate = new Environment(variables: env)
            named.environment.resolveStrategy = Closure.DELEGATE_FIRST
            named.environment()
        }
        ['agent', 'triggers', 'parameters', 'options'].findAll { named[it] instanceof Closure }.each { name ->
            inside(name) { Sections.of(named[name]).each { record(it[0], plain(it[1])) } }
        }
        if (named.when && !Sections.of(named.when).every { holds(it) }) { return }
        guarded {
            if (named.stages) { Sections.of(named.stages).each { stage(it[1][0], it[1][1]) } }
            if (named.steps) { steps(named.steps) }
        }
        if (named.post) { Sections.of(named.post).each { post(it[0], it[1][0]) } }
    }

    void stage(String name, Closure body) {
        if (result in ['FAILURE', 'ABORTED']) { return }
        inside("stage ${name}") { section(Sections.of(body)) }
    }

    boolean holds(List condition) {
        assert condition[0] == 'expression'
        return condition[1][0]()
    }

    void post(String condition, Closure body) {
        def wanted = [always: true, cleanup: true]
        if (wanted[condition] ?: result == condition.toUpperCase()) {
            inside("post ${condition}") { guarded { steps(body) } }
        }
    }

    void steps(Closure block) {
        block.delegate = new Steps(build: this)
        block.resolveStrategy = Closure.DELEGATE_FIRST
        block()
    }

    def step(String name, arguments) {
        def args = arguments as List
        if (script.metaClass.respondsTo(script, name, arguments)) { return script.invokeMethod(name, arguments) }
        def block = args && args[-1] instanceof Closure ? args[-1] : null
        def said = plain(block ? args[0..<-1] : args)
        if (name in ['file', 'string', 'sshUserPrivateKey']) { return [(name): said] }
        record(name, said)
        switch (name) {
            case 'catchError': inside(name) { guarded { steps(block) } }; return
            case 'sh': return sh(said)
            case 'error': throw new StepFailed(said.toString())
            case 'unstable': worsen('UNSTABLE'); return
            case 'junit': return junit()
        }
        if (block) { inside(name) { steps(block) } }
    }

    def sh(Map args) {
        def status = scenario.status?.get(args.label) ?: 0
        if (status == 'abort') { throw new Aborted() }
        if (args.returnStatus) { return status }
        if (status != 0) { throw new StepFailed("sh: exit code ${status}") }
        return args.returnStdout ? scenario.stdout?.get(args.label) ?: '' : null
    }

    def junit() {
        if (scenario.junit == 'missing') { throw new StepFailed('no test report files were found') }
        if (scenario.junit == 'failed') { worsen('UNSTABLE') }
    }

    /** Arguments as a map: the named ones, and a single unnamed one under "". */
    static plain(List args) {
        def named = args && args[0] instanceof Map ? args[0] : [:]
        def rest = args.findAll { !(it instanceof Map) && !(it instanceof Closure) }
        return named.collectEntries { [it.key, value(it.value)] } + (rest ? ['': value(rest[0])] : [:])
    }

    static value(it) {
        if (it instanceof GString) { return [gstring: it.toString()] }
        if (it instanceof List) { return it.collect { value(it) } }
        if (it instanceof Map) { return it.collectEntries { k, v -> [k, value(v)] } }
        return it
    }
}

def outcomes = new JsonSlurper().parse(System.in).collect { scenario ->
    def build = new Build(scenario: scenario)
    def binding = new Binding(params: scenario.params, env: build.env, currentBuild: build.current,
                              none: 'none', any: 'any')
    build.script = new GroovyShell(binding).parse(new File(scenario.file))
    build.script.metaClass.methodMissing = { String name, arguments ->
        name == 'pipeline' ? build.pipeline(arguments[0]) : build.step(name, arguments)
    }
    build.guarded { build.script.run() }
    [result: build.result, description: build.current.description, env: build.env, events: build.events]
}
println JsonOutput.toJson(outcomes)
