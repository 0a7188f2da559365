import { everyStory } from './every-story.ts';

everyStory({ part: 3, of: 4 });
