import { everyStory } from './every-story.ts';

everyStory({ part: 2, of: 4 });
