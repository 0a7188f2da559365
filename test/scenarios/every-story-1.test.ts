import { everyStory } from './every-story.ts';

everyStory({ part: 0, of: 4 });
