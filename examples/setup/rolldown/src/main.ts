import "../../program/main.ts";
