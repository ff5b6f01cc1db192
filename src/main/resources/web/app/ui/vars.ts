import { noChange } from 'lit';
import { directive, Directive, type ElementPart } from 'lit/directive.js';

type Vars = Record<`--${string}`, string | number | null>;

/** Sets custom properties by script: the content policy allows no style attribute. */
class VarsDirective extends Directive {
  render(_vars: Vars): unknown {
    return noChange;
  }

  override update(part: ElementPart, [vars]: [Vars]): unknown {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(vars)) {
      if (value === null) {
        style.removeProperty(name);
      } else if (style.getPropertyValue(name) !== String(value)) {
        style.setProperty(name, String(value));
      }
    }
    return noChange;
  }
}

export const vars = directive(VarsDirective);
