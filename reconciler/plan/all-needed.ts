/** A part of a catalog (Catalog.beside) does not tell enough: all of it must be looked at. Nothing was changed then. */
export class AllNeeded extends Error {}
