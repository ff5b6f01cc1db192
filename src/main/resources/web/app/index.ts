import './style.css';
import { setTheme, theme } from './theme.ts';
import './ui/app.ts';

setTheme(theme());
