import { everyStory } from './every-story.ts';

everyStory({ part: 1, of: 4 });
