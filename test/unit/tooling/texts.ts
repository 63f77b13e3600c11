import ts from 'typescript';

/** A comment or a literal of a source file. */
export interface Text {
  kind: 'comment' | 'literal';
  text: string;
  /** Line of its first character, from 1. */
  line: number;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//gu;

/** The comments and the string, template and JSX literals of a source file. Names of modules are not among the literals. */
export function textsOf(file: string, code: string): readonly Text[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const texts: Text[] = [];
  // After the literals are removed, everything that looks like a comment is one.
  let rest = '';
  let end = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateHead(node) || isLaterPart(node) || ts.isJsxText(node)) {
      const start = node.getStart(source);
      rest += code.slice(end, start) + blank(code.slice(start, node.getEnd()));
      end = node.getEnd();
      if (!ts.isRegularExpressionLiteral(node) && !namesModule(node))
        texts.push({ kind: 'literal', text: node.text, line: lineOf(start) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  rest += code.slice(end);
  for (const { 0: text, index } of rest.matchAll(COMMENT))
    texts.push({ kind: 'comment', text, line: lineOf(index) });
  return texts;
}

/** Spaces of the same length, with the same line breaks. */
function blank(text: string): string {
  return text.replace(/[^\n]/gu, ' ');
}

function isLaterPart(node: ts.Node): node is ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

function namesModule({ parent }: ts.Node): boolean {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}
