// Prints, as JSON, the syntax tree of every pipeline file named on the command line:
// {"groovy": version, "files": {name: {"error": null | text, "statements": [...], "methods": {name: [...]}}}}.
// A node is {"line", and one of "call" + "args" | "string" | "gstring" | "value" | "variable" | "map" |
// "list" | "block" | "assign" + "to" | "other"}; whatever lies below "other" is in its "inside".

import groovy.json.JsonOutput
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.*

class Tree {
    static Map of(expression) {
        def node = [line: expression.lineNumber]
        if (expression instanceof MethodCallExpression && expression.implicitThis
                && expression.method instanceof ConstantExpression) {
            return node + [call: expression.methodAsString, args: arguments(expression.arguments)]
        }
        if (expression instanceof BinaryExpression && expression.operation.text == '=') {
            return node + [assign: expression.leftExpression.text, to: of(expression.rightExpression)]
        }
        switch (expression) {
            case GStringExpression: return node + [gstring: expression.text]
            case ConstantExpression:
                return node + (expression.value instanceof String ? [string: expression.value] : [value: expression.value])
            case VariableExpression: return node + [variable: expression.name]
            case ClosureExpression: return node + [block: statements(expression.code)]
            case MapExpression:
                return node + [map: expression.mapEntryExpressions.collectEntries { [it.keyExpression.text, of(it.valueExpression)] }]
            case ListExpression: return node + [list: expression.expressions.collect { of(it) }]
        }
        return node + [other: expression.text, inside: calls(expression)]
    }

    static List arguments(expression) {
        return expression.expressions.collect { of(it) }
    }

    static List statements(code) {
        return code.statements.collect {
            it instanceof ExpressionStatement ? of(it.expression)
                : [line: it.lineNumber, other: it.class.simpleName, inside: calls(it)]
        }
    }

    /** The outermost free calls and assignments below a node that is neither. */
    static List calls(node) {
        def found = []
        node.visit(new CodeVisitorSupport() {
            @Override void visitMethodCallExpression(MethodCallExpression call) {
                if (call.implicitThis) { found << of(call) } else { super.visitMethodCallExpression(call) }
            }
            @Override void visitGStringExpression(GStringExpression text) { found << of(text) }
        })
        return found
    }
}

def trees = args.collectEntries { name ->
    def unit = new CompilationUnit()
    unit.addSource(new File(name))
    try {
        unit.compile(Phases.CONVERSION)
    } catch (CompilationFailedException failure) {
        return [name, [error: failure.message, statements: [], methods: [:]]]
    }
    def module = unit.AST.modules[0]
    [name, [error: null, statements: Tree.statements(module.statementBlock),
            methods: module.methods.collectEntries { [it.name, Tree.statements(it.code)] }]]
}
println JsonOutput.toJson([groovy: GroovySystem.version, files: trees])
