/**
 * A part of a catalog (Catalog.beside) does not tell enough: all of it must be looked at. What was changed by then, if anything, is as all of
 * it would have it, and known to be croft's.
 */
export class AllNeeded extends Error {}
