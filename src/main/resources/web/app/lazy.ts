export function hi() { document.title = "lazy"; }
