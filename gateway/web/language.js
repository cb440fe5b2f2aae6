// What the page says, in both languages, and which of them is chosen.

const TEXTS = {
  en: {
    actions: { driving: "driving", commuting: "commuting", walking: "walking", running: "running", workout: "working out", studying: "studying", working: "working", cooking: "cooking", eating: "eating", relaxing: "relaxing", sleeping: "falling asleep", waking_up: "waking up", party: "party", date: "date", traveling: "travelling", gaming: "gaming", reading: "reading", cleaning: "cleaning", meditation: "meditation" },
    weathers: { clear: "clear", cloudy: "cloudy", rain: "rain", drizzle: "drizzle", storm: "storm", snow: "snow", fog: "fog", wind: "wind", hot: "hot", cold: "cold" },
    places: { home: "home", office: "office", cafe: "café", restaurant: "restaurant", gym: "gym", car: "car", motorway: "motorway", city: "city", street: "street", park: "park", forest: "forest", mountain: "mountains", beach: "beach", sea: "sea", countryside: "countryside", airport: "airport", train: "train", bus: "bus", school: "school", library: "library", church: "church", club: "club", shop: "shop", hospital: "hospital" },
    companies: { alone: "alone", partner: "partner", friends: "friends", family: "family", children: "children", colleagues: "colleagues", crowd: "a crowd" },
    traffics: { free: "free", flowing: "flowing", dense: "dense", jammed: "jammed" },
    languages: { ko: "Korean", en: "English", ja: "Japanese", es: "Spanish", fr: "French", pt: "Portuguese", it: "Italian", de: "German", la: "Latin", zxx: "Instrumental" },
    kinds: { PHOTO: "Photo", VIDEO: "Video", AUDIO: "Sound", TEXT: "Words", SITUATION: "Situation", TRACK: "Song", GROUP: "Mood" },
    parts: { text: "words", mood: "mood", affect: "feeling", audio: "sound", tags: "tags", seeds: "likeness", clip: "passage" },
    skip: "Skip to the songs", slogan: "Music for what is in front of you", docs: "API",
    question: "What should the music fit?", words: "Words", wordsHint: "Rainy drive home, a bit sad… or drop a photo, a video or a sound here",
    pick: "Photo, video or sound", record: "Record", stop: "Stop", situation: "Situation", dropHint: "or drop files here; mix as you like",
    time: "Time", weather: "Weather", activity: "Activity", place: "Place", speed: "Speed (km/h)", temperature: "Temperature (°C)",
    company: "Together with", inTheCar: "In the car", traffic: "Traffic", people: "People aboard", drivingMinutes: "Driving for (min)", child: "A child aboard", sleeper: "Somebody asleep", openCar: "Windows open",
    options: "Options", songLanguage: "Language of the songs", genre: "Genre", yearFrom: "From year", yearTo: "To year", licence: "Licence", howMany: "How many", variety: "Variety", playable: "Only songs I can play here", feelingIn: "Feeling also in", none: "nothing else", noLabel: "No label stands out.",
    go: "Find music", cancel: "Cancel", any: "any", seen: "What VTS understood", weight: "Weight", remove: "Remove", starting: "Sending…", recording: "Recording", recordedName: "Recording",
    play: "Play", pause: "Pause", like: "I like it", dislike: "Not for me", more: "More like this", thanks: "Thanks, remembered.", empty: "No song fits", left: "songs left", bpm: "bpm", colours: "Colours",
    pleasant: "pleasant", unpleasant: "unpleasant", excited: "excited", still: "still", planeCaption: "The filled dot is what the playlist looks for; rings are your inputs.",
    planeLabel: "Moods on the plane of pleasantness and excitement", noInput: "Give a photo, a video, a sound, words or a situation first.", noMicrophone: "The microphone can't be used here.", offline: "VTS can't be reached. Is it running?", faces: "faces", readable: "These can be read",
    planeScenes: "The line follows the scenes of your video.", scenes: "Scenes", timeline: "Timeline of the video", watching: "Watching the video…", showFrom: "Show the video from", motion: "movement", light: "light", events: "What happens when",
    level: "Level", recordMore: "Record 5 seconds or more of the part you like.", recordEnough: "That is enough. Stop when you like; at 30 seconds it stops by itself.",
    pickMood: "Or just pick a mood", map: "Map of the catalogue", mapLoading: "Drawing the map…", mapLabel: "Map of the catalogue: every song a point", mapHint: "Songs that lie close sound alike. Click a song, or go from song to song with the arrow keys; Enter finds songs like it.",
    found: "Found", playFrom: "Play from", passage: "Play the passage most like your clip", soundsLike: "Sounds like the music of",
    fromTo: (from, to) => `from ${from} to ${to}`, sure: (percent) => `${percent} % sure`, faster: (percent) => `${percent} % faster`, slower: (percent) => `${percent} % slower`, higher: (steps) => `${steps} ${steps > 1 ? "semitones" : "semitone"} higher`, lower: (steps) => `${steps} ${steps > 1 ? "semitones" : "semitone"} lower`,
    sounds: { speech: "talk", music: "music", silence: "silence", other: "other sound" },
  },
  ko: {
    actions: { driving: "운전", commuting: "출퇴근", walking: "산책", running: "달리기", workout: "운동", studying: "공부", working: "일", cooking: "요리", eating: "식사", relaxing: "휴식", sleeping: "잠들기", waking_up: "기상", party: "파티", date: "데이트", traveling: "여행", gaming: "게임", reading: "독서", cleaning: "청소", meditation: "명상" },
    weathers: { clear: "맑음", cloudy: "흐림", rain: "비", drizzle: "이슬비", storm: "폭풍", snow: "눈", fog: "안개", wind: "바람", hot: "더움", cold: "추움" },
    places: { home: "집", office: "사무실", cafe: "카페", restaurant: "식당", gym: "헬스장", car: "차 안", motorway: "고속도로", city: "도시", street: "거리", park: "공원", forest: "숲", mountain: "산", beach: "해변", sea: "바다", countryside: "시골", airport: "공항", train: "기차", bus: "버스", school: "학교", library: "도서관", church: "교회", club: "클럽", shop: "가게", hospital: "병원" },
    companies: { alone: "혼자", partner: "연인", friends: "친구", family: "가족", children: "아이들", colleagues: "동료", crowd: "많은 사람" },
    traffics: { free: "뚫림", flowing: "원활", dense: "서행", jammed: "정체" },
    languages: { ko: "한국어", en: "영어", ja: "일본어", es: "스페인어", fr: "프랑스어", pt: "포르투갈어", it: "이탈리아어", de: "독일어", la: "라틴어", zxx: "연주곡" },
    kinds: { PHOTO: "사진", VIDEO: "영상", AUDIO: "소리", TEXT: "글", SITUATION: "상황", TRACK: "노래", GROUP: "분위기" },
    parts: { text: "글", mood: "분위기", affect: "느낌", audio: "소리", tags: "태그", seeds: "닮은 곡", clip: "닮은 대목" },
    skip: "노래 목록으로 건너뛰기", slogan: "지금 눈앞의 순간에 어울리는 음악", docs: "API",
    question: "어떤 순간에 어울리는 음악을 찾을까요?", words: "글", wordsHint: "비 오는 퇴근길, 조금 우울해… 사진·영상·소리를 여기에 놓아도 됩니다",
    pick: "사진·영상·소리", record: "녹음", stop: "멈추기", situation: "상황", dropHint: "파일을 끌어다 놓고, 마음대로 섞어 보세요",
    time: "시각", weather: "날씨", activity: "활동", place: "장소", speed: "속도 (km/h)", temperature: "기온 (°C)",
    company: "함께 있는 사람", inTheCar: "차 안", traffic: "교통", people: "탑승 인원", drivingMinutes: "운전한 시간 (분)", child: "아이가 탔어요", sleeper: "누군가 자고 있어요", openCar: "창을 열었어요",
    options: "옵션", songLanguage: "노래 언어", genre: "장르", yearFrom: "시작 연도", yearTo: "끝 연도", licence: "라이선스", howMany: "곡 수", variety: "다양성", playable: "여기서 재생할 수 있는 곡만", feelingIn: "느낌을 다른 분류로도 보기", none: "보지 않음", noLabel: "두드러진 분류가 없습니다.",
    go: "음악 찾기", cancel: "취소", any: "전체", seen: "VTS가 이해한 것", weight: "비중", remove: "빼기", starting: "보내는 중…", recording: "녹음 중", recordedName: "녹음",
    play: "재생", pause: "일시정지", like: "좋아요", dislike: "별로예요", more: "비슷한 곡 더 보기", thanks: "기억해 두겠습니다.", empty: "맞는 곡이 없습니다", left: "곡 남음", bpm: "bpm", colours: "색",
    pleasant: "즐거움", unpleasant: "불쾌함", excited: "들뜸", still: "차분함", planeCaption: "채운 점은 플레이리스트가 찾는 느낌, 고리는 입력한 것입니다.",
    planeLabel: "즐거움과 들뜸의 정도로 나타낸 분위기", noInput: "사진, 영상, 소리, 글, 상황 중 하나를 먼저 넣어 주세요.", noMicrophone: "여기서는 마이크를 쓸 수 없습니다.", offline: "VTS에 연결할 수 없습니다. 실행 중인지 확인해 주세요.", faces: "얼굴", readable: "읽을 수 있는 형식",
    planeScenes: "선은 영상의 장면을 차례로 잇습니다.", scenes: "장면", timeline: "영상의 흐름", watching: "영상을 보는 중입니다…", showFrom: "영상에서 보기", motion: "움직임", light: "밝기", events: "시간별로 일어나는 일",
    level: "소리 크기", recordMore: "마음에 드는 부분을 5초 넘게 들려주세요.", recordEnough: "충분합니다. 이제 멈춰도 되고, 30초가 되면 저절로 멈춥니다.",
    pickMood: "아니면 분위기만 골라 보세요", map: "음악 지도", mapLoading: "지도를 그리는 중입니다…", mapLabel: "음악 지도: 점 하나가 노래 한 곡", mapHint: "가까이 있는 곡은 소리가 닮았습니다. 곡을 누르거나 화살표 키로 옮겨 다니고, Enter로 비슷한 곡을 찾으세요.",
    found: "찾았습니다", playFrom: "재생 시작", passage: "들려주신 소리와 가장 닮은 대목 재생", soundsLike: "이런 음악에 가깝습니다:",
    fromTo: (from, to) => `${from}~${to}`, sure: (percent) => `${percent}% 확실`, faster: (percent) => `${percent}% 빠름`, slower: (percent) => `${percent}% 느림`, higher: (steps) => `반음 ${steps}개 높음`, lower: (steps) => `반음 ${steps}개 낮음`,
    sounds: { speech: "말소리", music: "음악", silence: "조용함", other: "그 밖의 소리" },
  },
};

const KEY = "vts.language";
let chosen = localStorage.getItem(KEY) ?? (navigator.language.startsWith("ko") ? "ko" : "en");

/** The chosen language: "en" or "ko". */
export const language = () => chosen;

/** One of the page's own texts, or a table of them. */
export const say = (key) => TEXTS[chosen][key];

/** A sentence that came in both languages. */
export const said = (both) => (both && (chosen === "ko" ? both.ko || both.en : both.en || both.ko)) || "";

/** The language of a sentence that there is only in the other one, for its `lang`; undefined else. */
export const foreign = (both) => (both && said(both) && !both[chosen] ? (chosen === "ko" ? "en" : "ko") : undefined);

/** Changes the language; remembered for the next visit. */
export function toggleLanguage() {
  chosen = chosen === "ko" ? "en" : "ko";
  localStorage.setItem(KEY, chosen);
}

/** Writes every text of the page that is marked with data-text or data-placeholder. */
export function writeTexts() {
  document.documentElement.lang = chosen;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = say(node.dataset.placeholder);
  const button = document.getElementById("language");
  button.textContent = chosen === "ko" ? "English" : "한국어";
  button.lang = chosen === "ko" ? "en" : "ko";
}
