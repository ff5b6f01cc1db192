package dev.parley.room;

import java.util.Collection;
import java.util.Map;

/** The newest message of each of some rooms, as the viewer sees it: what a list of rooms shows as its preview. */
public interface LatestMessages {

    Map<Long, ? extends Object> of(Collection<Long> roomIds, Viewer viewer);
}
