package dev.parley.ari;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MediaNewsTest {
    @Test
    void marksAndTheQueueAreRead() {
        assertThat(MediaNews.parse("MEDIA_MARK_PROCESSED e12")).contains(new MediaNews.Marked("e12"));
        assertThat(MediaNews.parse("STATUS channel_id:1.2 queue_length:17 xon_level:800 xoff_level:900 queue_full:false"
                        + " bulk_media:false media_paused:true"))
                .contains(new MediaNews.Status(17));
    }

    @Test
    void whatNobodyAskedForIsNothing() {
        assertThat(MediaNews.parse("MEDIA_XOFF")).isEmpty();
        assertThat(MediaNews.parse("MEDIA_MARK_PROCESSED")).isEmpty();
        assertThat(MediaNews.parse("STATUS queue_length:many")).isEmpty();
        assertThat(MediaNews.parse("")).isEmpty();
    }
}
